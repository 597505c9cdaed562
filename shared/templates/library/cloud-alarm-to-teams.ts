import { defineTemplate } from '../define-template.ts';

export const cloudAlarmToTeams = defineTemplate({
  id: 'cloud-alarm-to-teams',
  name: 'CloudWatch alarms to Microsoft Teams',
  description:
    'Posts to a Teams channel when an alarm of Amazon CloudWatch goes off or is over, with the reason that AWS gives.',
  category: 'AWS',
  tags: ['cloudwatch', 'alarm', 'teams', 'aws', 'event', 'monitoring'],
  nodes: {
    alarm: {
      name: 'An alarm changes',
      type: 'trigger.event',
      parameters: {
        pattern: {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          detail: { state: { value: ['ALARM', 'OK'] } },
        },
      },
    },
    tell: {
      name: 'Tell the channel',
      type: 'teams.send',
      parameters: {
        title: '{{ $json.detail.state.value }}: {{ $json.detail.alarmName }}',
        text: '{{ $json.detail.state.reason }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['alarm -> tell'],
  credentials: { tell: { types: ['webhookUrl'], purpose: 'The webhook of the channel.' } },
  values: { 'alarm.pattern': 'Which alarms count.' },
  sample: [
    {
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      detail: { alarmName: 'Queue is long', state: { value: 'ALARM', reason: '1 datapoint was above 100.' } },
    },
  ],
});
