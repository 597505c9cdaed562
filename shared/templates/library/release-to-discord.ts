import { defineTemplate } from '../define-template.ts';

export const releaseToDiscord = defineTemplate({
  id: 'release-to-discord',
  name: 'Releases to Discord',
  description:
    'Announces each release published on GitHub in a Discord channel, with its name, its notes and a link.',
  category: 'Development',
  tags: ['release', 'github', 'discord', 'announcement', 'version', 'community'],
  nodes: {
    release: {
      name: 'A release is published',
      type: 'trigger.webhook',
      parameters: {
        method: 'POST',
        authentication: { kind: 'hmac', scheme: 'github' },
        onlyIf: '{{ $json.body.action = "published" }}',
        deduplicateBy: 'x-github-delivery',
      },
    },
    tell: {
      name: 'Announce it',
      type: 'discord.send',
      parameters: {
        channel: '1200000000000000000',
        text: '**{{ $json.body.release.name }}** is out!\n{{ $json.body.release.body }}\n{{ $json.body.release.html_url }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['release -> tell'],
  credentials: {
    tell: { types: ['discord', 'webhookUrl'], purpose: 'The bot, or the webhook, that posts.' },
  },
  values: { 'tell.channel': 'The id of the channel.' },
  sample: [
    {
      body: {
        action: 'published',
        release: { name: '1.2', body: 'Faster.', html_url: 'https://github.com/a/b/releases/1.2' },
      },
    },
  ],
});
