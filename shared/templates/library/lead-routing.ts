import { API, MAIL, SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const leadRouting = defineTemplate({
  id: 'lead-routing',
  name: 'Lead routing',
  description:
    'Takes leads from a form, looks up the company by its domain, and hands each to the sales team for its size; small and unknown ones get an e-mail.',
  category: 'Sales',
  tags: ['leads', 'crm', 'sales', 'enrichment', 'slack', 'email'],
  featured: true,
  nodes: {
    lead: {
      name: 'Lead arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', onlyIf: '{{ $contains($json.body.email, "@") }}' },
    },
    fields: {
      name: 'Take what counts',
      type: 'data.set',
      parameters: {
        keep: 'none',
        fields: [
          { name: 'name', value: '{{ $json.body.name }}' },
          { name: 'email', value: '{{ $lowercase($json.body.email) }}' },
          { name: 'domain', value: '{{ $substringAfter($lowercase($json.body.email), "@") }}' },
        ],
      },
    },
    company: {
      name: 'Look up the company',
      type: 'http.request',
      parameters: { url: 'https://companies.example.com/v1/find', query: { domain: '{{ $json.domain }}' } },
      retry: { maxAttempts: 3 },
      onError: 'branch',
    },
    size: {
      name: 'How large?',
      type: 'flow.switch',
      parameters: {
        rules: [
          { condition: '{{ $json.employees >= 1000 }}', output: 'enterprise' },
          { condition: '{{ $json.employees >= 50 }}', output: 'business' },
        ],
        fallback: 'small',
      },
    },
    enterprise: {
      name: 'Tell key accounts',
      type: 'slack.send',
      parameters: {
        channel: '#key-accounts',
        text: '{{ $node("Take what counts").json.name }} of {{ $json.name }} ({{ $json.employees }} people) wants to talk.',
      },
      retry: { maxAttempts: 3 },
    },
    business: {
      name: 'Tell sales',
      type: 'slack.send',
      parameters: {
        channel: '#sales',
        text: 'New lead: {{ $node("Take what counts").json.email }} of {{ $json.name }}',
      },
      retry: { maxAttempts: 3 },
    },
    small: {
      name: 'Write to the lead',
      type: 'email.send',
      parameters: {
        from: 'Sales <sales@example.com>',
        to: '{{ $node("Take what counts").json.email }}',
        subject: 'Thank you for your interest',
        text: 'Hello {{ $node("Take what counts").json.name }}, here is how to begin: https://example.com/start',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'lead -> fields',
    'fields -> company',
    'company -> size',
    'company.error -> small',
    'size.enterprise -> enterprise',
    'size.business -> business',
    'size.small -> small',
  ],
  credentials: {
    company: { types: API, purpose: 'Reads from the directory of companies.' },
    enterprise: { types: SLACK, purpose: 'Posts to the key accounts’ channel.' },
    business: { types: SLACK, purpose: 'Posts to the sales channel.' },
    small: { types: MAIL, purpose: 'Sends the e-mail.' },
  },
  values: {
    'company.url': 'The directory of companies that you use.',
    'enterprise.channel': 'The channel of key accounts.',
    'business.channel': 'The channel of sales.',
    'small.from': 'The address that e-mails come from.',
  },
  sample: [{ body: { name: 'Ada', email: 'Ada@engines.example' } }],
});
