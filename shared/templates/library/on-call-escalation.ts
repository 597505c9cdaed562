import { AWS, SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const onCallEscalation = defineTemplate({
  id: 'on-call-escalation',
  name: 'On-call escalation',
  description:
    'An alert goes to whoever is on call, with a link to take it. When nobody does within fifteen minutes, the next level is paged through Amazon SNS.',
  category: 'Operations',
  tags: ['on-call', 'escalation', 'incident', 'alert', 'approval', 'sns', 'slack'],
  nodes: {
    alert: { name: 'An alert arrives', type: 'trigger.webhook', parameters: { method: 'POST' } },
    fields: {
      name: 'Take what counts',
      type: 'data.set',
      parameters: {
        keep: 'none',
        fields: [
          { name: 'title', value: '{{ $json.body.title }}' },
          { name: 'severity', value: '{{ $ifEmpty($json.body.severity, "high") }}' },
        ],
      },
    },
    taken: {
      name: 'Wait until somebody takes it',
      type: 'flow.approval',
      parameters: {
        title: 'Alert',
        message: '{{ $json.title }}',
        timeout: { amount: 15, unit: 'minutes' },
        onTimeout: 'branch',
      },
    },
    page: {
      name: 'Tell who is on call',
      type: 'slack.send',
      parameters: {
        channel: '#on-call',
        text: '{{ $json.severity }}: {{ $json.title }}. Take it: {{ $json.approveUrl }}',
      },
      retry: { maxAttempts: 3 },
    },
    thanks: {
      name: 'Say that it is taken',
      type: 'slack.send',
      parameters: { channel: '#on-call', text: 'Taken: {{ $json.title }}' },
      retry: { maxAttempts: 3 },
    },
    refused: { name: 'Refused', type: 'flow.noop' },
    escalate: {
      name: 'Page the next level',
      type: 'aws.sns',
      parameters: {
        topicArn: 'arn:aws:sns:eu-central-1:123456789012:second-level',
        subject: 'Nobody took an alert',
        message: '{{ $json.severity }}: {{ $json.title }}',
      },
    },
  },
  edges: [
    'alert -> fields',
    'fields -> taken',
    'taken.link -> page',
    'taken.approved -> thanks',
    'taken.rejected -> refused',
    'refused -> escalate',
    'taken.timeout -> escalate',
  ],
  credentials: {
    page: { types: SLACK, purpose: 'Posts to who is on call.' },
    thanks: { types: SLACK, purpose: 'Posts to who is on call.' },
    escalate: { types: AWS, purpose: 'Publishes to the topic of the next level.' },
  },
  values: {
    'page.channel': 'The channel of who is on call.',
    'thanks.channel': 'The same channel.',
    'escalate.topicArn': 'The topic of the next level.',
  },
  sample: [{ body: { title: 'The shop is slow', severity: 'high' } }],
});
