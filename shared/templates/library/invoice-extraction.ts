import { SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const invoiceExtraction = defineTemplate({
  id: 'invoice-extraction',
  name: 'Invoice extraction with AI',
  description:
    'Takes the text of an invoice, lets a language model read supplier, number, due date and amounts, checks the sum, and books it into a PostgreSQL table; what does not add up goes to people.',
  category: 'Finance',
  tags: ['invoice', 'ai', 'extraction', 'accounting', 'postgres', 'document'],
  featured: true,
  nodes: {
    invoice: { name: 'An invoice arrives', type: 'trigger.webhook', parameters: { method: 'POST' } },
    read: {
      name: 'Read it',
      type: 'ai.extract',
      parameters: {
        text: '{{ $json.body.text }}',
        instructions: 'Amounts are numbers without currency. Dates are yyyy-MM-dd.',
        destination: 'invoice',
        schema: {
          type: 'object',
          properties: {
            supplier: { type: 'string' },
            number: { type: 'string' },
            dueDate: { type: 'string' },
            net: { type: 'number' },
            tax: { type: 'number' },
            total: { type: 'number' },
          },
          required: ['supplier', 'number', 'net', 'tax', 'total'],
        },
      },
      retry: { maxAttempts: 3 },
    },
    adds: {
      name: 'Does it add up?',
      type: 'flow.if',
      parameters: {
        condition: '{{ $abs($json.invoice.net + $json.invoice.tax - $json.invoice.total) < 0.005 }}',
      },
    },
    book: {
      name: 'Book it',
      type: 'sql.query',
      parameters: {
        statement:
          "INSERT INTO invoices (supplier, number, due_date, total) VALUES ($1, $2, NULLIF($3, '')::date, $4) ON CONFLICT (supplier, number) DO NOTHING",
        values: [
          '{{ $json.invoice.supplier }}',
          '{{ $json.invoice.number }}',
          '{{ $json.invoice.dueDate }}',
          '{{ $json.invoice.total }}',
        ],
      },
    },
    ask: {
      name: 'Ask people',
      type: 'slack.send',
      parameters: {
        channel: '#accounting',
        text: 'Please check invoice {{ $json.invoice.number }} of {{ $json.invoice.supplier }}: {{ $json.invoice.net }} + {{ $json.invoice.tax }} is not {{ $json.invoice.total }}.',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['invoice -> read', 'read -> adds', 'adds.true -> book', 'adds.false -> ask'],
  credentials: {
    book: { types: ['postgresql'], purpose: 'The database of invoices.' },
    ask: { types: SLACK, purpose: 'Posts to accounting.' },
  },
  values: {
    'read.model': 'The model that reads.',
    'book.statement': 'The table and its columns.',
    'ask.channel': 'The channel of accounting.',
  },
  sample: [
    { body: { text: 'Paper Ltd, invoice 2026-17, net 100.00, VAT 23.00, to pay 123.00 until 2026-04-01' } },
  ],
});
