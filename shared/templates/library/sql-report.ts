import { MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const sqlReport = defineTemplate({
  id: 'sql-report',
  name: 'SQL report as Excel file',
  description:
    'Every Monday asks a database, writes the rows into an Excel workbook, and mails it as an attachment.',
  category: 'Reporting',
  tags: ['sql', 'report', 'excel', 'xlsx', 'email', 'weekly', 'postgres'],
  nodes: {
    monday: { name: 'Every Monday', type: 'trigger.schedule', parameters: { cron: '0 8 * * MON' } },
    ask: {
      name: 'Ask the database',
      type: 'sql.query',
      parameters: {
        statement:
          'SELECT product, sum(amount)::float8 AS amount FROM sales WHERE sold_at >= $1::date - 7 GROUP BY product ORDER BY amount DESC',
        values: ['{{ $today }}'],
        readOnly: true,
        run: 'once',
      },
    },
    sheet: {
      name: 'Write the workbook',
      type: 'file.xlsx',
      parameters: { operation: 'write', fileName: 'sales.xlsx', sheet: 'Sales' },
    },
    mail: {
      name: 'Mail it',
      type: 'email.send',
      parameters: {
        from: 'Reports <reports@example.com>',
        to: 'team@example.com',
        subject: 'Sales until {{ $today }}',
        text: 'The figures of the week are attached.',
        attachments: ['file'],
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['monday -> ask', 'ask -> sheet', 'sheet -> mail'],
  credentials: {
    ask: { types: ['postgresql'], purpose: 'The database that is asked.' },
    mail: { types: MAIL, purpose: 'Sends the report.' },
  },
  values: {
    'ask.statement': 'What is asked.',
    'mail.from': 'The address that the report comes from.',
    'mail.to': 'Who gets it.',
  },
  sample: [{ plannedTime: '2026-03-02T08:00:00.000Z' }],
});
