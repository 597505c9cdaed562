import { MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const approvalByMail = defineTemplate({
  id: 'approval-by-mail',
  name: 'Approval by e-mail',
  description:
    'Asks a manager by e-mail to approve or reject a request, such as an expense or holiday, waits for the answer, and tells the applicant.',
  category: 'People',
  tags: ['approval', 'email', 'expenses', 'holiday', 'human'],
  featured: true,
  nodes: {
    request: { name: 'A request arrives', type: 'trigger.webhook', parameters: { method: 'POST' } },
    fields: {
      name: 'Take what counts',
      type: 'data.set',
      parameters: {
        keep: 'none',
        fields: [
          { name: 'what', value: '{{ $json.body.what }}' },
          { name: 'amount', value: '{{ $json.body.amount }}' },
          { name: 'applicant', value: '{{ $json.body.email }}' },
        ],
      },
    },
    decision: {
      name: 'Wait for the decision',
      type: 'flow.approval',
      parameters: {
        title: 'A request by {{ $json.applicant }}',
        message: '{{ $json.what }} for {{ $json.amount }} €',
        fields: [{ name: 'comment', kind: 'longText' }],
        timeout: { amount: 3, unit: 'days' },
        onTimeout: 'reject',
      },
    },
    ask: {
      name: 'Ask the manager',
      type: 'email.send',
      parameters: {
        from: 'Requests <requests@example.com>',
        to: 'manager@example.com',
        subject: 'Please decide: {{ $json.what }}',
        text: '{{ $json.applicant }} asks for {{ $json.what }} ({{ $json.amount }} €).\nApprove or reject: {{ $json.formUrl }}',
      },
      retry: { maxAttempts: 3 },
    },
    yes: {
      name: 'Say yes',
      type: 'email.send',
      parameters: {
        from: 'Requests <requests@example.com>',
        to: '{{ $json.applicant }}',
        subject: 'Approved: {{ $json.what }}',
        text: 'Your request was approved. {{ $json.approval.fields.comment }}',
      },
      retry: { maxAttempts: 3 },
    },
    no: {
      name: 'Say no',
      type: 'email.send',
      parameters: {
        from: 'Requests <requests@example.com>',
        to: '{{ $json.applicant }}',
        subject: 'Not approved: {{ $json.what }}',
        text: 'Your request was not approved. {{ $json.approval.fields.comment }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'request -> fields',
    'fields -> decision',
    'decision.link -> ask',
    'decision.approved -> yes',
    'decision.rejected -> no',
  ],
  credentials: {
    ask: { types: MAIL, purpose: 'Sends the question.' },
    yes: { types: MAIL, purpose: 'Sends the good news.' },
    no: { types: MAIL, purpose: 'Sends the bad news.' },
  },
  values: {
    'ask.to': 'Who decides.',
    'ask.from': 'The address that e-mails come from.',
    'yes.from': 'The address that e-mails come from.',
    'no.from': 'The address that e-mails come from.',
  },
  sample: [{ body: { what: 'A chair', amount: 120, email: 'ada@example.com' } }],
});
