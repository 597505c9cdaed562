import { MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const formToDatabase = defineTemplate({
  id: 'form-to-database',
  name: 'Form to database',
  description:
    'Takes what a contact form of your website sends, refuses what is not filled in properly, stores the rest in PostgreSQL, confirms by e-mail and answers the page.',
  category: 'Data',
  tags: ['form', 'database', 'postgres', 'website', 'contact', 'email', 'validation'],
  nodes: {
    form: {
      name: 'The form is sent',
      type: 'trigger.webhook',
      parameters: { method: 'POST', respond: 'respondNode', maxPerMinute: 60 },
    },
    filled: {
      name: 'Filled in?',
      type: 'flow.if',
      parameters: {
        condition: {
          conditions: [
            { left: '{{ $json.body.name }}', operator: 'isNotEmpty' },
            { left: '{{ $json.body.email }}', operator: 'matches', right: '^[^@\\s]+@[^@\\s]+$' },
          ],
        },
      },
    },
    store: {
      name: 'Store it',
      type: 'sql.query',
      parameters: {
        statement: 'INSERT INTO contacts (name, email, message) VALUES ($1, $2, $3)',
        values: ['{{ $json.body.name }}', '{{ $json.body.email }}', '{{ $json.body.message }}'],
      },
    },
    confirm: {
      name: 'Confirm',
      type: 'email.send',
      parameters: {
        from: 'Team <team@example.com>',
        to: '{{ $trigger.json.body.email }}',
        subject: 'We have got your message',
        text: 'Hello {{ $trigger.json.body.name }}, we will write to you soon.',
      },
      retry: { maxAttempts: 3 },
    },
    thanks: {
      name: 'Answer: thank you',
      type: 'flow.respond',
      parameters: { status: 201, body: { stored: true } },
    },
    wrong: {
      name: 'Answer: please fill in',
      type: 'flow.respond',
      parameters: { status: 400, body: { error: 'Please give your name and e-mail address.' } },
    },
  },
  edges: [
    'form -> filled',
    'filled.true -> store',
    'store -> confirm',
    'confirm -> thanks',
    'filled.false -> wrong',
  ],
  credentials: {
    store: { types: ['postgresql'], purpose: 'The database of contacts.' },
    confirm: { types: MAIL, purpose: 'Sends the confirmation.' },
  },
  values: {
    'store.statement': 'The table and its columns.',
    'confirm.from': 'The address that e-mails come from.',
  },
  sample: [{ body: { name: 'Ada', email: 'ada@example.com', message: 'Hello!' } }],
});
