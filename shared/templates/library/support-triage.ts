import { SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const supportTriage = defineTemplate({
  id: 'support-triage',
  name: 'Support triage with AI',
  description:
    'A language model reads each support request and sorts it: bugs become GitHub issues, billing goes to Slack, and simple questions get a drafted reply.',
  category: 'Support',
  tags: ['support', 'ai', 'triage', 'tickets', 'classification', 'customer'],
  featured: true,
  nodes: {
    request: { name: 'A request arrives', type: 'trigger.webhook', parameters: { method: 'POST' } },
    fields: {
      name: 'Take what counts',
      type: 'data.set',
      parameters: {
        keep: 'none',
        fields: [
          { name: 'from', value: '{{ $json.body.email }}' },
          { name: 'subject', value: '{{ $json.body.subject }}' },
          { name: 'text', value: '{{ $json.body.text }}' },
        ],
      },
    },
    sort: {
      name: 'What is it about?',
      type: 'ai.classify',
      parameters: {
        text: '{{ $json.subject }}\n\n{{ $json.text }}',
        categories: [
          { name: 'bug', description: 'Something does not work as it should.' },
          { name: 'billing', description: 'Invoices, payments, refunds.' },
          { name: 'question', description: 'How something is done.' },
        ],
      },
      retry: { maxAttempts: 3 },
    },
    issue: {
      name: 'Open an issue',
      type: 'http.request',
      parameters: {
        method: 'POST',
        url: 'https://api.github.com/repos/owner/name/issues',
        body: { kind: 'json', value: { title: '{{ $json.subject }}', body: '{{ $json.text }}' } },
      },
      retry: { maxAttempts: 3 },
    },
    billing: {
      name: 'Tell billing',
      type: 'slack.send',
      parameters: { channel: '#billing', text: '{{ $json.from }}: {{ $json.text }}' },
      retry: { maxAttempts: 3 },
    },
    draft: {
      name: 'Draft a reply',
      type: 'ai.prompt',
      parameters: {
        system: 'You answer customers shortly and kindly. Say so when you do not know.',
        prompt: '{{ $json.text }}',
        destination: 'draft',
      },
      retry: { maxAttempts: 3 },
    },
    propose: {
      name: 'Propose the reply',
      type: 'slack.send',
      parameters: { channel: '#support', text: 'For {{ $json.from }}:\n{{ $json.draft }}' },
      retry: { maxAttempts: 3 },
    },
    other: {
      name: 'Tell support',
      type: 'slack.send',
      parameters: { channel: '#support', text: 'Please read: {{ $json.from }} wrote “{{ $json.subject }}”' },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'request -> fields',
    'fields -> sort',
    'sort.bug -> issue',
    'sort.billing -> billing',
    'sort.question -> draft',
    'draft -> propose',
    'sort.other -> other',
  ],
  credentials: {
    issue: { types: ['bearer'], purpose: 'Opens issues on GitHub.' },
    billing: { types: SLACK, purpose: 'Posts to billing.' },
    propose: { types: SLACK, purpose: 'Posts drafts to support.' },
    other: { types: SLACK, purpose: 'Posts to support.' },
  },
  values: {
    'sort.model': 'The model that sorts.',
    'draft.model': 'The model that writes.',
    'issue.url': 'The repository that gets the issues.',
    'billing.channel': 'The channel of billing.',
    'propose.channel': 'The channel of support.',
    'other.channel': 'The channel of support.',
  },
  sample: [{ body: { email: 'ada@example.com', subject: 'Export', text: 'How do I export my data?' } }],
});
