import { FUNCTIONS } from '../../../engine/expression/functions.ts';
import { VARIABLES } from '../../../engine/expression/scope.ts';
import { code, paragraphs, table } from './markdown.ts';

/** What stands for what, in the order of use; those that only some nodes give are told with these nodes. */
const MEANINGS: Readonly<Record<string, string>> = {
  json: 'The data of the item that is worked on',
  item: 'The whole item: `json`, and `binary` with its files',
  items: 'All items of the input',
  index: 'The place of the item among them, from 0',
  input: 'The items of each input port, by its name',
  trigger: 'The first item that the trigger brought: `$trigger.json`',
  vars: 'Variables: `$vars.name`. A secret one only by itself, `{{ $vars.name }}`',
  execution: '`$execution.id`, `$execution.mode`',
  workflow: '`$workflow.id`, `$workflow.name`',
  now: 'The moment, as ISO-8601 in UTC',
  today: 'The date in the time zone of the workflow',
};

/** How expressions are written, and the functions that there are beside JSONata's own. */
export const expressionPage = (): string =>
  paragraphs(
    '# Expressions',
    'Made from the engine by `npm run docs:nodes`.',
    'What stands between `{{` and `}}` in a text of a parameter is an expression in [JSONata](https://docs.jsonata.org), the language of AWS Step Functions. A text that is one expression keeps the type of its value: `{{ $json.total * 2 }}` is a number. Otherwise the values become part of the text. What is missing leaves a field out, is null in a list, and nothing within a text. Expressions reach no credential, no host and no network, and are limited in time, steps and size.',
    table(
      ['Example', 'gives'],
      [
        [code('{{ $json.total > 100 and $json.country = "PT" }}'), 'true or false'],
        [code('{{ $json.first & " " & $json.last }}'), 'a text; `&` joins'],
        [code('{{ $sum($json.lines.(price * count)) }}'), 'a sum over a list'],
        [code('{{ $json.lines[price > 5].name }}'), 'the names of some'],
        [code('{{ $json.vip ? "now" : "later" }}'), 'one or the other'],
        [code('{{ $node("Read the order").json.id }}'), 'data of another node, for this item'],
        [code('{{ $formatDate($now, "HH:mm", "Asia/Tokyo") }}'), 'the time elsewhere'],
      ],
    ),
    '## What there is',
    table(
      ['Name', 'What it is'],
      [
        ...Object.entries(MEANINGS)
          .filter(([name]) => Object.hasOwn(VARIABLES, name))
          .map(([name, meaning]) => [code(`$${name}`), meaning]),
        [
          code('$node("Name")'),
          'Another node: `.json` and `.item` that this item came from; `.items`, `.first` and `.last` of all that it gave',
        ],
      ],
    ),
    '## Functions',
    'JSONata’s own, without `$eval`, and:',
    table(
      ['Function', 'What it gives'],
      Object.entries(FUNCTIONS).map(([name, { doc }]) => [code(`$${name}`), doc]),
    ),
  );
