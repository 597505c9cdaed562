import { AWS } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const lambdaPricing = defineTemplate({
  id: 'lambda-pricing',
  name: 'Use your own Lambda function',
  description:
    'Answers a request for an offer: asks a Lambda function of yours for the price of each line, adds a discount with a few lines of JavaScript, and gives the total.',
  category: 'AWS',
  tags: ['lambda', 'function', 'javascript', 'code', 'offer', 'aws'],
  nodes: {
    request: {
      name: 'A request arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', respond: 'lastNode' },
    },
    lines: { name: 'Each line', type: 'data.splitOut', parameters: { field: 'body.lines' } },
    price: {
      name: 'Ask for the price',
      type: 'aws.lambda',
      parameters: {
        functionName: 'price-of',
        payload: { sku: '{{ $json.sku }}', count: '{{ $json.count }}' },
      },
    },
    total: {
      name: 'The total',
      type: 'code.javascript',
      parameters: {
        code: 'const sum = $items.reduce((total, { json }) => total + json.price, 0);\nreturn { sum, total: sum >= 100 ? sum * 0.9 : sum };',
      },
    },
  },
  edges: ['request -> lines', 'lines -> price', 'price -> total'],
  credentials: { price: { types: AWS, purpose: 'Invokes the function.' } },
  values: { 'price.functionName': 'Your function.' },
  sample: [
    {
      body: {
        lines: [
          { sku: 'A', count: 2 },
          { sku: 'B', count: 1 },
        ],
      },
    },
  ],
});
