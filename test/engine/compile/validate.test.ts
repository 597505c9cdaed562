import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../../../engine/compile/validate.ts';
import { LIMITS } from '../../../engine/definition.ts';

interface Node {
  readonly id: string;
  readonly [field: string]: unknown;
}
type Edge = Readonly<Record<string, unknown>>;

const start: Node = { id: 'start', name: 'Start', type: 'trigger.manual' };
const noop = (id: string, more: object = {}): Node => ({ id, name: id, type: 'flow.noop', ...more });
const edge = (source: string, target: string, more: object = {}): Edge => ({ source, target, ...more });
const when = (id: string): Node => ({
  ...noop(id),
  type: 'flow.if',
  parameters: { condition: '{{ $json.n > 1 }}' },
});

/** The trigger, then `nodes` one after the other, and more edges. */
const chained = (nodes: readonly Node[], more: readonly Edge[] = []) => {
  const all = [start, ...nodes];
  const links = nodes.map((node, index) => edge(all[index]?.id ?? '', node.id));
  return { nodes: all, edges: [...links, ...more] };
};

const http = (parameters: object, more: object = {}): Node => ({
  ...noop('call', more),
  type: 'http.request',
  parameters: { url: 'https://example.test/', ...parameters },
});

const found = (input: unknown, context = {}) =>
  validateDefinition(input, context).problems.map(({ code, pointer }) => `${code} ${pointer}`);

describe('errors', () => {
  it.each<[what: string, input: unknown, problems: string[]]>([
    ['no object', 7, ['definition.shape ']],
    ['no nodes', {}, ['definition.shape /nodes']],
    ['an unknown field', { nodes: [start], colour: 1 }, ['definition.shape /colour']],
    ['an unknown field of a node', { nodes: [{ ...start, 'a/b': 1 }] }, ['definition.shape /nodes/0/a~1b']],
    ['a field of the wrong type', { nodes: [{ ...start, name: 7 }] }, ['definition.shape /nodes/0/name']],
    ['no trigger', { nodes: [noop('a')] }, ['definition.noTrigger /nodes']],
    ['a trigger that is off', { nodes: [{ ...start, disabled: true }] }, ['definition.noTrigger /nodes']],
    ['an unknown type', chained([noop('a', { type: 'data.cook' })]), ['node.unknownType /nodes/1/type']],
    [
      'an unknown version',
      chained([noop('a', { typeVersion: 9 })]),
      ['node.unknownVersion /nodes/1/typeVersion'],
    ],
    ['an id twice', { nodes: [start, { ...start, name: 'Other' }] }, ['node.duplicateId /nodes/1/id']],
    ['a name twice', { nodes: [start, { ...start, id: 'other' }] }, ['node.duplicateName /nodes/1/name']],
    [
      'a missing parameter',
      chained([noop('a', { type: 'http.request' })]),
      ['node.parameter /nodes/1/parameters/url'],
    ],
    [
      'an unfit parameter',
      chained([http({ method: 'FETCH' })]),
      ['node.parameter /nodes/1/parameters/method'],
    ],
    ['an unknown parameter', chained([http({ verb: 'GET' })]), ['node.parameter /nodes/1/parameters/verb']],
    [
      'an expression where none is evaluated',
      { nodes: [{ ...start, type: 'trigger.webhook', parameters: { method: '{{ $json.method }}' } }] },
      ['node.parameter /nodes/0/parameters/method'],
    ],
    [
      'what the type itself refuses',
      chained([noop('a', { type: 'flow.if', parameters: { condition: 'true' } })]),
      ['node.parameter /nodes/1/parameters/condition'],
    ],
    [
      'an expression that does not parse',
      chained([http({ body: { value: ['{{ 1 + }}'] } })]),
      ['expression.syntax /nodes/1/parameters/body/value/0'],
    ],
    [
      'an expression without an end',
      chained([http({ query: { 'a/b': '{{ 1' } })]),
      ['expression.syntax /nodes/1/parameters/query/a~1b'],
    ],
    [
      'a node that is named and not there',
      chained([http({ body: { value: '{{ $node("Nobody").json.a }}' } })]),
      ['expression.unknownNode /nodes/1/parameters/body/value'],
    ],
    [
      'a function that nobody has made',
      chained([http({ body: { value: 'Hi {{ $shout($json.a) }}' } })]),
      ['expression.unknownName /nodes/1/parameters/body/value'],
    ],
    [
      'an edge from nowhere',
      { nodes: [start], edges: [edge('ghost', 'start')] },
      ['edge.unknownNode /edges/0/source', 'edge.intoTrigger /edges/0/target'],
    ],
    [
      'an edge to nowhere',
      { nodes: [start], edges: [edge('start', 'ghost')] },
      ['edge.unknownNode /edges/0/target'],
    ],
    ['an edge twice', chained([noop('a')], [edge('start', 'a')]), ['edge.duplicate /edges/1']],
    [
      'an edge into a trigger',
      { nodes: [start, { ...start, id: 'other', name: 'Other' }], edges: [edge('start', 'other')] },
      ['edge.intoTrigger /edges/0/target'],
    ],
    [
      'an output there is not',
      { nodes: [start, noop('a')], edges: [edge('start', 'a', { sourcePort: 'yes' })] },
      ['edge.unknownPort /edges/0/sourcePort'],
    ],
    [
      'an input there is not',
      { nodes: [start, noop('a')], edges: [edge('start', 'a', { targetPort: 'left' })] },
      ['edge.unknownPort /edges/0/targetPort'],
    ],
    [
      'an error port without onError: branch',
      {
        nodes: [start, noop('a'), noop('b')],
        edges: [edge('start', 'a'), edge('a', 'b', { sourcePort: 'error' })],
      },
      ['edge.unknownPort /edges/1/sourcePort'],
    ],
    [
      'a circle that never ends',
      chained([noop('a'), noop('b')], [edge('b', 'a')]),
      ['definition.endlessCycle /nodes/1'],
    ],
    [
      'a circle that only a node which is off could end',
      {
        nodes: [start, { ...when('a'), disabled: true }, noop('b')],
        edges: [edge('start', 'a'), edge('a', 'b', { sourcePort: 'true' }), edge('b', 'a')],
      },
      ['definition.endlessCycle /nodes/1'],
    ],
  ])('%s', (_, input, problems) => {
    expect(found(input)).toEqual(problems);
    expect(validateDefinition(input).problems.every(({ severity }) => severity === 'error')).toBe(true);
  });

  it('a credential there is not', () => {
    const input = chained([http({}, { credentialId: 'cred_1' })]);
    expect(found(input, { credentials: new Map() })).toEqual([
      'node.unknownCredential /nodes/1/credentialId',
    ]);
    expect(found(input, { credentials: new Map([['cred_1', 'bearer']]) })).toEqual([]);
    expect(found(input)).toEqual([]);
  });

  it('a credential of another type than the node takes', () => {
    const credentials = new Map([['cred_1', 'smtp']]);
    expect(found(chained([http({}, { credentialId: 'cred_1' })]), { credentials })).toEqual([
      'node.credentialType /nodes/1/credentialId',
    ]);
    expect(found(chained([{ ...noop('a'), credentialId: 'cred_1' }]), { credentials })).toEqual([
      'node.credentialType /nodes/1/credentialId',
    ]);
  });

  it('a secret variable that something is computed from', () => {
    const secretVariables = new Set(['key']);
    const header = (value: string) => chained([http({ headers: { a: value } })]);
    expect(found(header('Bearer {{ $vars.key }}'), { secretVariables })).toEqual([]);
    expect(found(header('{{ $base64($vars.key) }}'), { secretVariables })).toEqual([
      'expression.secretVariable /nodes/1/parameters/headers/a',
    ]);
    expect(found(header('{{ $base64($vars.key) }}'))).toEqual([]);
  });

  it('a secret variable that a model is told', () => {
    const secretVariables = new Set(['key']);
    const summary = (input: string): Parameters<typeof chained>[0][number] => ({
      ...noop('ai'),
      type: 'ai.summarise',
      parameters: { text: input },
    });
    const codes = (text: string) => found(chained([summary(text)]), { secretVariables }).join();
    expect(codes('{{ $vars.key }}')).toContain('expression.secretVariable /nodes/1/parameters/text');
    expect(codes('{{ $vars.other }}')).not.toContain('secretVariable');
  });

  it('an endless circle inside one that a condition can end', () => {
    const input = {
      nodes: [start, noop('a'), noop('b'), when('c')],
      edges: [
        edge('start', 'a'),
        edge('a', 'b'),
        edge('b', 'a'),
        edge('b', 'c'),
        edge('c', 'a', { sourcePort: 'true' }),
      ],
    };
    expect(found(input)).toContain('definition.endlessCycle /nodes/1');
  });
});

describe('warnings', () => {
  it.each<[what: string, input: unknown, problems: string[]]>([
    ['a node no item can come to', { nodes: [start, noop('a')] }, ['node.unreachable /nodes/1']],
    [
      'a circle that a condition can end',
      {
        nodes: [start, when('a'), noop('b')],
        edges: [edge('start', 'a'), edge('a', 'b', { sourcePort: 'true' }), edge('b', 'a')],
      },
      ['definition.cycle /nodes/1'],
    ],
    [
      'a name that means nothing here',
      chained([http({ body: { value: ['{{ $json.a }}', '{{ $env.HOME }}'] } })]),
      ['expression.unknownName /nodes/1/parameters/body/value/1'],
    ],
  ])('%s', (_, input, problems) => {
    expect(found(input)).toEqual(problems);
    expect(validateDefinition(input).problems.every(({ severity }) => severity === 'warning')).toBe(true);
  });
});

describe('a node that can do nothing without a credential', () => {
  const query = { ...noop('a'), type: 'sql.query', parameters: { statement: 'SELECT 1' } };

  it('and has none is warned of, and can be saved and published all the same', () => {
    expect(validateDefinition(chained([query]), { credentials: new Map() }).problems).toEqual([
      {
        code: 'node.noCredential',
        nodeId: 'a',
        pointer: '/nodes/1/credentialId',
        message: 'is needed to run it: a credential of type postgresql or mysql',
        severity: 'warning',
      },
    ]);
  });

  it('is told from one that may do without', () => {
    expect(found(chained([http({})]), { credentials: new Map() })).toEqual([]);
  });
});

describe('what a problem says', () => {
  const messageOf = (node: Node) => validateDefinition(chained([node])).problems[0]?.message;

  it('of a parameter there is not: which there are', () => {
    const limit = noop('a', { type: 'data.limit', parameters: { number: 3 } });
    expect(messageOf(limit)).toBe('is no parameter of data.limit; it has count, keep');
  });

  it('of a field there is not, however deep: which there are', () => {
    expect(messageOf(http({ body: { text: 'Hi' } }))).toBe(
      'is no field of body; it has kind, value, files, file, mediaType',
    );
    const fields = [{ name: 'a', value: 1, kind: 'x' }];
    expect(messageOf(noop('a', { type: 'data.set', parameters: { fields } }))).toBe(
      'is no field of fields.0; it has name, type, value',
    );
  });

  it('of a value of another type: which it must be, in words that JSON has', () => {
    expect(messageOf(http({ headers: 'a: b' }))).toBe('must be an object; a text came');
    expect(messageOf(noop('a', { type: 'data.limit', parameters: { count: 2.5 } }))).toBe(
      'must be a whole number; 2.5 came',
    );
  });

  it('of a value that fits none of several forms: which they are', () => {
    expect(messageOf(http({ query: { a: null } }))).toBe(
      'must be a text, a number, true or false or a list; null came',
    );
  });

  it('of a name that means nothing: which, and where it stands', () => {
    expect(messageOf(http({ headers: { a: 'x {{ $json.a & $nope(1) }}' } }))).toBe(
      'there is no function $nope (at character 15)',
    );
  });
});

describe('a time zone', () => {
  const zoned = (timezone: string) => validateDefinition({ ...chained([]), settings: { timezone } }).problems;

  it('of the workflow that there is not keeps it from being published', () => {
    expect(zoned('Berlin')).toEqual([
      {
        code: 'settings.timezone',
        pointer: '/settings/timezone',
        message: 'must be a time zone of the IANA data base, like "Europe/Berlin" or "UTC"; "Berlin" came',
        severity: 'error',
      },
    ]);
    expect(zoned('Europe/Berlin')).toEqual([]);
  });

  it.each([
    ['flow.wait', { kind: 'until', until: '2026-01-05 09:00' }],
    ['data.dateTime', { value: '2026-01-05' }],
  ])('of a node that there is not is a problem, unless it is an expression: %s', (type, parameters) => {
    const found = (timezone: string) =>
      validateDefinition(chained([noop('a', { type, parameters: { ...parameters, timezone } })])).problems;
    expect(found('Mars/Olympus')).toMatchObject([{ pointer: '/nodes/1/parameters/timezone' }]);
    expect(found('{{ $json.zone }}')).toEqual([]);
    expect(found('Asia/Tokyo')).toEqual([]);
  });
});

describe('what is written as elsewhere', () => {
  const problemsOf = (url: string) =>
    validateDefinition(chained([http({ url })])).problems.map(({ code, severity, message }) => ({
      code,
      severity,
      message,
    }));

  it('is an error where it fails each time, with what is written for it', () => {
    expect(problemsOf('https://x.test/{{ $json.name.toUpperCase() }}')).toEqual([
      {
        code: 'expression.slip',
        severity: 'error',
        message:
          'toUpperCase(…) is no function; those there are begin with "$": write $uppercase(…) (at character 23)',
      },
    ]);
    expect(problemsOf('{{ $json.a && $json.b }}')[0]?.message).toMatch(
      /^the expression cannot be read: .*; for "&&" write "and" \(at character 10 of /,
    );
  });

  it('is a warning where it only does something else', () => {
    expect(problemsOf('https://x.test/{{ $json["id"] }}')).toMatchObject([
      { code: 'expression.slip', severity: 'warning' },
    ]);
    expect(problemsOf('={{ $json.url }}')).toEqual([
      {
        code: 'expression.slip',
        severity: 'warning',
        message: 'the "=" before the expression becomes part of the text',
      },
    ]);
  });
});

describe('a sound definition', () => {
  it('has no problems, and every default and type version filled in', () => {
    const { definition, problems } = validateDefinition(chained([http({ timeoutSeconds: 5 })]));
    expect(problems).toEqual([]);
    expect(definition?.nodes.map(({ typeVersion }) => typeVersion)).toEqual([1, 1]);
    expect(definition?.settings.timezone).toBe('UTC');
  });

  it('may hold expressions where another type is wanted', () => {
    const parameters = {
      method: '{{ $json.method }}',
      timeoutSeconds: '{{ $json.seconds }}',
      query: { tags: '{{ $json.tags }}' },
      body: '{{ $json.body }}',
    };
    expect(found(chained([http(parameters)]))).toEqual([]);
  });

  it('may take the error port with onError: branch', () => {
    const input = chained([noop('a', { onError: 'branch' })]);
    const edges = [...input.edges, edge('a', 'b', { sourcePort: 'error' })];
    expect(found({ nodes: [...input.nodes, noop('b')], edges })).toEqual([]);
  });
});

it('tells every problem at once, those of sound nodes beside misshapen ones too', () => {
  const input = chained([noop('a', { position: 'left' }), http({ method: 'FETCH', url: '{{ 1 + }}' })]);
  expect(found(input)).toEqual([
    'definition.shape /nodes/1/position',
    'node.parameter /nodes/2/parameters/method',
    'expression.syntax /nodes/2/parameters/url',
  ]);
});

it('says where an expression fails and in which node', () => {
  const [problem] = validateDefinition(chained([http({ url: 'https://{{ 1 + }}' })])).problems;
  expect(problem).toMatchObject({
    nodeId: 'call',
    message: expect.stringMatching(/at character \d+ of "1 \+"/),
  });
});

describe('what was written to harm', () => {
  const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  const circular: Record<string, unknown> = {};
  circular.self = circular;

  it.each<[string, unknown, string]>([
    ['deep nesting', chained([http({ body: { value: nested(100) } })]), 'definition.tooDeep'],
    ['nesting that would overflow the stack', nested(5_000), 'definition.tooDeep'],
    ['a value that holds itself', circular, 'definition.tooDeep'],
    [
      'too many bytes',
      { nodes: [], notes: 'é'.repeat(LIMITS.definitionBytes / 2 + 1) },
      'definition.tooLarge',
    ],
    ['a value that is no JSON', { nodes: [10n] }, 'definition.shape'],
    [
      'a value that throws when it is read',
      {
        get nodes() {
          throw new Error('no');
        },
      },
      'definition.shape',
    ],
    ['undefined', undefined, 'definition.shape'],
    ['null', null, 'definition.shape'],
  ])('%s is one problem and no exception', (_, input, code) => {
    const { definition, problems } = validateDefinition(input);
    expect(definition).toBeNull();
    expect(problems.map((each) => each.code)).toEqual([code]);
  });
});

describe('a map', () => {
  const map: Node = { ...noop('map'), type: 'flow.map' };
  const item = { sourcePort: 'item' };
  const collect = { targetPort: 'collect' };
  const sound = [edge('start', 'map'), edge('map', 'a', item), edge('a', 'map', collect)];
  const nodes = [start, map, noop('a'), noop('b')];

  it('is sound when its body has no other way in or out', () => {
    expect(found({ nodes, edges: [...sound, edge('map', 'b', { sourcePort: 'done' })] })).toEqual([]);
  });

  it.each([
    ['runs nothing', [edge('start', 'map'), edge('start', 'a'), edge('start', 'b')], 'map.noBody /nodes/1'],
    ['is entered from outside', [...sound, edge('start', 'b'), edge('b', 'a')], 'map.crossed /edges/4'],
    [
      'collects from outside',
      [...sound, edge('start', 'b'), edge('b', 'map', collect)],
      'map.crossed /edges/4',
    ],
    ['is left to where it came from', [...sound, edge('a', 'b'), edge('start', 'b')], 'map.crossed /edges/4'],
    ['leads back to itself', [...sound, edge('a', 'b'), edge('b', 'map')], 'map.crossed /edges/4'],
    [
      'is left to what follows',
      [...sound, edge('map', 'b', { sourcePort: 'done' }), edge('a', 'b')],
      'map.crossed /edges/3',
    ],
  ])('that %s is refused', (_what, edges, problem) => {
    expect(found({ nodes, edges })).toContain(problem);
  });
});

describe('a loop', () => {
  const loop: Node = { ...noop('loop'), type: 'flow.loop' };

  it('needs a way back to its head', () => {
    const definition = {
      nodes: [start, loop, noop('a')],
      edges: [edge('start', 'loop'), edge('loop', 'a', { sourcePort: 'loop' })],
    };
    expect(found(definition)).toEqual(['loop.noWayBack /nodes/1']);
  });

  it('may be entered by its head only', () => {
    const definition = {
      nodes: [start, loop, noop('a'), noop('b')],
      edges: [
        edge('start', 'loop'),
        edge('loop', 'a', { sourcePort: 'loop' }),
        edge('a', 'b'),
        edge('b', 'loop'),
        edge('start', 'b'),
      ],
    };
    expect(found(definition)).toEqual(['loop.entered /edges/4']);
  });
});
