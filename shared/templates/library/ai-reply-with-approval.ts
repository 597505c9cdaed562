import { MAIL, SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const aiReplyWithApproval = defineTemplate({
  id: 'ai-reply-with-approval',
  name: 'AI writes the reply, a person approves it',
  description:
    'A language model drafts the answer to a customer’s e-mail. A colleague sees the draft, and only what they approve is sent.',
  category: 'Support',
  tags: ['ai', 'email', 'reply', 'draft', 'approval', 'human in the loop', 'customer'],
  nodes: {
    mail: { name: 'An e-mail arrives', type: 'trigger.webhook', parameters: { method: 'POST' } },
    draft: {
      name: 'Draft a reply',
      type: 'ai.prompt',
      parameters: {
        system:
          'You write friendly, short replies for a small shop. Promise nothing that is not in the e-mail.',
        prompt: '{{ $json.body.text }}',
        destination: 'draft',
      },
      retry: { maxAttempts: 3 },
    },
    check: {
      name: 'Wait for a colleague',
      type: 'flow.approval',
      parameters: {
        title: 'Reply to {{ $json.body.from }}',
        message: '{{ $json.draft }}',
        timeout: { amount: 1, unit: 'days' },
        onTimeout: 'reject',
      },
    },
    ask: {
      name: 'Show the draft',
      type: 'slack.send',
      parameters: {
        channel: '#support',
        text: 'For {{ $json.body.from }}:\n{{ $json.draft }}\nDecide: {{ $json.formUrl }}',
      },
      retry: { maxAttempts: 3 },
    },
    send: {
      name: 'Send it',
      type: 'email.send',
      parameters: {
        from: 'Shop <shop@example.com>',
        to: '{{ $json.body.from }}',
        subject: 'Re: {{ $json.body.subject }}',
        text: '{{ $json.draft }}',
      },
      retry: { maxAttempts: 3 },
    },
    drop: {
      name: 'Leave it to people',
      type: 'slack.send',
      parameters: { channel: '#support', text: 'Please write to {{ $json.body.from }} yourselves.' },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'mail -> draft',
    'draft -> check',
    'check.link -> ask',
    'check.approved -> send',
    'check.rejected -> drop',
  ],
  credentials: {
    ask: { types: SLACK, purpose: 'Shows drafts.' },
    drop: { types: SLACK, purpose: 'Tells of e-mails that people answer.' },
    send: { types: MAIL, purpose: 'Sends the reply.' },
  },
  values: {
    'draft.model': 'The model that writes.',
    'ask.channel': 'Where drafts are shown.',
    'drop.channel': 'The same channel.',
    'send.from': 'The address that replies come from.',
  },
  sample: [{ body: { from: 'ada@example.com', subject: 'My order', text: 'When do I get it?' } }],
});
