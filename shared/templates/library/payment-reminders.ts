import { MAIL, SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const paymentReminders = defineTemplate({
  id: 'payment-reminders',
  name: 'Reminders of overdue invoices',
  description:
    'Every weekday finds unpaid invoices in the database that are overdue, writes a reminder to each customer, and tells finance how many there were.',
  category: 'Finance',
  tags: ['invoice', 'overdue', 'reminder', 'dunning', 'email', 'sql', 'slack'],
  nodes: {
    morning: { name: 'Every weekday', type: 'trigger.schedule', parameters: { cron: '0 9 * * MON-FRI' } },
    find: {
      name: 'Find what is overdue',
      type: 'sql.query',
      parameters: {
        statement:
          'SELECT number, email, total, $1::date - due_date AS days FROM invoices WHERE paid_at IS NULL AND due_date < $1::date',
        values: ['{{ $today }}'],
        readOnly: true,
        run: 'once',
      },
    },
    mail: {
      name: 'Remind',
      type: 'email.send',
      parameters: {
        from: 'Finance <finance@example.com>',
        to: '{{ $json.email }}',
        subject: 'Invoice {{ $json.number }}',
        text: 'Our invoice {{ $json.number }} of {{ $json.total }} € has been due for {{ $json.days }} days. Please pay it soon.',
      },
      retry: { maxAttempts: 3 },
      onError: 'branch',
    },
    count: {
      name: 'How many',
      type: 'data.summarise',
      parameters: { operations: [{ operation: 'count', as: 'sent' }] },
    },
    tell: {
      name: 'Tell finance',
      type: 'slack.send',
      parameters: { channel: '#finance', text: '{{ $json.sent }} reminders were sent.' },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['morning -> find', 'find -> mail', 'mail -> count', 'count -> tell'],
  credentials: {
    find: { types: ['postgresql'], purpose: 'The database of invoices.' },
    mail: { types: MAIL, purpose: 'Sends the reminders.' },
    tell: { types: SLACK, purpose: 'Posts to finance.' },
  },
  values: {
    'find.statement': 'How overdue invoices are found.',
    'mail.from': 'The address that e-mails come from.',
    'tell.channel': 'The channel of finance.',
  },
  sample: [{ plannedTime: '2026-03-02T09:00:00.000Z' }],
});
