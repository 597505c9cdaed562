import { API, AWS } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const configRollout = defineTemplate({
  id: 'config-rollout',
  name: 'Apply a YAML configuration',
  description:
    'When the main branch changes on GitHub, reads a YAML file from the repository and starts a Step Functions execution for each service in it.',
  category: 'Development',
  tags: ['yaml', 'configuration', 'deploy', 'github', 'push', 'step functions'],
  nodes: {
    push: {
      name: 'A branch is pushed',
      type: 'trigger.webhook',
      parameters: {
        method: 'POST',
        authentication: { kind: 'hmac', scheme: 'github' },
        onlyIf: '{{ $json.body.ref = "refs/heads/main" }}',
      },
    },
    read: {
      name: 'Read the file',
      type: 'http.request',
      parameters: {
        url: 'https://raw.githubusercontent.com/{{ $json.body.repository.full_name }}/{{ $json.body.after }}/services.yaml',
        response: 'text',
        fullResponse: true,
      },
      retry: { maxAttempts: 3 },
    },
    parse: {
      name: 'Read the YAML',
      type: 'text.yaml',
      parameters: { value: '{{ $json.body }}', destination: 'config' },
    },
    each: { name: 'Each service', type: 'data.splitOut', parameters: { field: 'config.services' } },
    begin: {
      name: 'Roll it out',
      type: 'aws.call',
      parameters: {
        service: 'states',
        action: 'StartExecution',
        region: 'eu-central-1',
        input: {
          stateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:rollout',
          input: '{{ $toJson($json) }}',
        },
      },
    },
  },
  edges: ['push -> read', 'read -> parse', 'parse -> each', 'each -> begin'],
  credentials: {
    read: { types: API, purpose: 'Reads the file, if the repository is not public.' },
    begin: { types: AWS, purpose: 'Starts the rollout.' },
  },
  values: { 'read.url': 'The file.', 'begin.input.stateMachineArn': 'The state machine that rolls out.' },
  sample: [{ body: { ref: 'refs/heads/main', after: 'abc123', repository: { full_name: 'a/b' } } }],
});
