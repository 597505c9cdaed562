import { SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const errorNotification = defineTemplate({
  id: 'error-notification',
  name: 'Error notification',
  description:
    'Tells Slack when a workflow fails, with the node and the error, at most once an hour for the same workflow. Choose it as the error workflow of others.',
  category: 'Operations',
  tags: ['errors', 'failure', 'alert', 'slack', 'monitoring'],
  featured: true,
  nodes: {
    failed: { name: 'A workflow fails', type: 'trigger.error' },
    first: {
      name: 'Not told of yet?',
      type: 'data.table',
      parameters: {
        operation: 'put',
        table: 'errors-told',
        key: '{{ $json.workflow.id }}',
        value: { code: '{{ $json.error.code }}' },
        onlyIf: 'absent',
        ttlSeconds: 3600,
      },
      onError: 'branch',
    },
    tell: {
      name: 'Tell the channel',
      type: 'slack.send',
      parameters: {
        channel: '#operations',
        text: '*{{ $trigger.json.workflow.name }}* failed: {{ $trigger.json.error.message }} (execution {{ $trigger.json.execution.id }})',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['failed -> first', 'first -> tell'],
  credentials: { tell: { types: SLACK, purpose: 'Posts to the channel.' } },
  values: { 'tell.channel': 'The channel that hears of failures.' },
  sample: [
    {
      execution: { id: 'exec_1', triggerType: 'webhook' },
      workflow: { id: 'wf_1', name: 'Orders', version: 3 },
      error: { code: 'http.status', message: 'The server answered 503.', nodeId: 'call' },
    },
  ],
});
