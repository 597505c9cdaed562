import ipaddr from 'ipaddr.js';
import { ExpressionError, parseTemplate, referencedNodes } from '../expression/template.ts';
import type { Json } from '../item.ts';
import { authenticationProblems } from '../triggers/webhook-authentication.ts';
import { type WebhookParameters, webhookParameters } from '../triggers/webhook-parameters.ts';
import { defineNode } from './define-node.ts';

const request = {
  method: 'POST',
  path: 'orders/7',
  params: { id: '7' },
  query: {},
  headers: { 'content-type': 'application/json' },
  body: { total: 250 },
};

type Problem = { readonly pointer: string; readonly message: string };

/** Parameters that are expressions of the request; the others are fixed. */
const EVALUATED: readonly string[] = ['onlyIf', 'deduplicateBy'];

export const triggerWebhook = defineNode({
  type: 'trigger.webhook',
  name: 'Webhook',
  description:
    'Starts the workflow when its address is called. Gives one item: method, path, params, query, headers, body; files of a form as its files.',
  category: 'Triggers',
  icon: 'webhook',
  trigger: 'webhook',
  parameters: webhookParameters,
  check: (written) => {
    const fixed = Object.entries(written)
      .filter(([name, value]) => !EVALUATED.includes(name) && JSON.stringify(value).includes('{{'))
      .map(([name]) => ({
        pointer: `/${name}`,
        message: 'must be fixed: of a trigger only onlyIf and deduplicateBy are evaluated',
      }));
    const parsed = webhookParameters.safeParse(written);
    return [...fixed, ...pathProblems(written.path), ...(parsed.success ? problemsOf(parsed.data) : [])];
  },
  example: {
    parameters: { path: 'orders/:id', method: 'POST', respond: 'lastNode' },
    input: [{ json: request }],
    output: { main: [{ json: request }] },
  },
  execute: ({ items }) => ({ outputs: { main: items }, pairing: { main: 'same' } }),
});

const pathProblems = (path: Json | undefined): Problem[] => {
  const names = typeof path === 'string' ? path.split('/').filter((segment) => segment.startsWith(':')) : [];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? [] : [{ pointer: '/path', message: `has the parameter ${twice} twice` }];
};

const problemsOf = (parameters: WebhookParameters): Problem[] => [
  ...authenticationProblems(parameters.authentication).map(({ pointer, message }) => ({
    pointer: `/authentication${pointer}`,
    message,
  })),
  ...parameters.allowedAddresses.flatMap((address, index) =>
    ipaddr.isValid(address) || ipaddr.isValidCIDR(address)
      ? []
      : [
          {
            pointer: `/allowedAddresses/${index}`,
            message: 'must be an address or a network like 192.0.2.0/24',
          },
        ],
  ),
  ...expressionProblems('onlyIf', parameters.onlyIf),
  ...expressionProblems('deduplicateBy', parameters.deduplicateBy),
  ...(parameters.onlyIf === undefined || parameters.onlyIf.includes('{{')
    ? []
    : [{ pointer: '/onlyIf', message: 'must be an expression: {{ … }}' }]),
  ...(isHeaderOrExpression(parameters.deduplicateBy)
    ? []
    : [{ pointer: '/deduplicateBy', message: 'must be the name of a header or an expression: {{ … }}' }]),
];

const isHeaderOrExpression = (text: string | undefined): boolean =>
  text === undefined || text.includes('{{') || /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/.test(text);

/** They are evaluated before there is an execution, so that there is nothing but the request. Syntax is checked for all parameters elsewhere. */
const expressionProblems = (name: string, text: string | undefined): Problem[] => {
  if (text === undefined) return [];
  try {
    const others = referencedNodes(parseTemplate(text)).length > 0;
    const beyond = others || /\$(vars|node|execution|workflow|items|input)\b/.test(text);
    return beyond
      ? [{ pointer: `/${name}`, message: 'sees nothing but the request: $json, $now and $today' }]
      : [];
  } catch (thrown) {
    if (thrown instanceof ExpressionError) return [];
    throw thrown;
  }
};
