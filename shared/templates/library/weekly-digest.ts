import { MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const weeklyDigest = defineTemplate({
  id: 'weekly-digest',
  name: 'Weekly digest of closed issues',
  description:
    'Every Friday collects the GitHub issues closed this week, groups them by person, and mails a summary written in Markdown to the team.',
  category: 'Development',
  tags: ['weekly', 'digest', 'github', 'email', 'markdown', 'team'],
  nodes: {
    friday: { name: 'Every Friday', type: 'trigger.schedule', parameters: { cron: '0 16 * * FRI' } },
    issues: {
      name: 'Read the issues',
      type: 'http.request',
      parameters: {
        url: 'https://api.github.com/repos/owner/name/issues',
        query: { state: 'closed', since: '{{ $addTime($json.plannedTime, -7, "days") }}', per_page: 100 },
        pagination: { by: 'nextUrl' },
      },
      retry: { maxAttempts: 3 },
    },
    people: {
      name: 'By person',
      type: 'data.summarise',
      parameters: {
        groupBy: ['user.login'],
        operations: [
          { operation: 'count', as: 'closed' },
          { operation: 'concatenate', field: 'title', as: 'titles', separator: '; ' },
        ],
      },
    },
    write: {
      name: 'Write the text',
      type: 'data.transform',
      parameters: {
        over: 'all',
        result:
          '{{ { "text": "# Closed this week\\n\\n" & $join($items.json.("* **" & user.login & "** (" & closed & "): " & titles), "\\n") } }}',
      },
    },
    html: {
      name: 'As HTML',
      type: 'text.markdown',
      parameters: { value: '{{ $json.text }}', destination: 'html' },
    },
    mail: {
      name: 'Mail it',
      type: 'email.send',
      parameters: {
        from: 'Digest <digest@example.com>',
        to: 'team@example.com',
        subject: 'Closed this week',
        html: '{{ $json.html }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['friday -> issues', 'issues -> people', 'people -> write', 'write -> html', 'html -> mail'],
  credentials: {
    issues: { types: ['bearer'], purpose: 'Reads from GitHub.' },
    mail: { types: MAIL, purpose: 'Sends the digest.' },
  },
  values: {
    'issues.url': 'The repository.',
    'mail.from': 'The address that it comes from.',
    'mail.to': 'Who gets it.',
  },
  sample: [{ plannedTime: '2026-03-06T16:00:00.000Z' }],
});
