import { MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

const from = 'Team <team@example.com>';
const to = '{{ $json.body.email }}';

export const onboardingMails = defineTemplate({
  id: 'onboarding-mails',
  name: 'Onboarding e-mails',
  description:
    'Welcomes everybody who signs up, writes again after three days with tips and after a week with an offer; nothing runs while it waits.',
  category: 'Marketing',
  tags: ['onboarding', 'welcome', 'email', 'sequence', 'signup', 'wait', 'drip'],
  nodes: {
    signup: {
      name: 'Somebody signs up',
      type: 'trigger.webhook',
      parameters: { method: 'POST', deduplicateBy: '{{ $json.body.email }}' },
    },
    welcome: {
      name: 'Welcome',
      type: 'email.send',
      parameters: { from, to, subject: 'Welcome, {{ $json.body.name }}!', text: 'Here is how to begin.' },
      retry: { maxAttempts: 3 },
    },
    days: { name: 'Three days', type: 'flow.wait', parameters: { duration: { amount: 3, unit: 'days' } } },
    tips: {
      name: 'Tips',
      type: 'email.send',
      parameters: {
        from,
        to: '{{ $trigger.json.body.email }}',
        subject: 'Three tips for you',
        text: 'Did you know …',
      },
      retry: { maxAttempts: 3 },
    },
    more: {
      name: 'Four more days',
      type: 'flow.wait',
      parameters: { duration: { amount: 4, unit: 'days' } },
    },
    offer: {
      name: 'The offer',
      type: 'email.send',
      parameters: {
        from,
        to: '{{ $trigger.json.body.email }}',
        subject: 'An offer for {{ $trigger.json.body.name }}',
        text: 'Only this week.',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['signup -> welcome', 'welcome -> days', 'days -> tips', 'tips -> more', 'more -> offer'],
  credentials: {
    welcome: { types: MAIL, purpose: 'Sends the e-mails.' },
    tips: { types: MAIL, purpose: 'Sends the e-mails.' },
    offer: { types: MAIL, purpose: 'Sends the e-mails.' },
  },
  values: {
    'welcome.from': 'The address that e-mails come from.',
    'tips.from': 'The same address.',
    'offer.from': 'The same address.',
    'welcome.text': 'What you say first.',
    'tips.text': 'Your tips.',
    'offer.text': 'Your offer.',
  },
  sample: [{ body: { name: 'Ada', email: 'ada@example.com' } }],
});
