import { z } from 'zod';
import { defineCredentialType, hostOf, secretText } from './define-credential-type.ts';

export const slack = defineCredentialType({
  type: 'slack',
  name: 'Slack',
  description: 'The token of a Slack app, which begins with xoxb-.',
  fields: z.strictObject({ token: secretText('Token', 1_024) }),
  secrets: ['token'],
  hosts: () => ['slack.com'],
  authenticate: ({ token }) => ({ headers: { authorization: `Bearer ${token}` } }),
});

export const discord = defineCredentialType({
  type: 'discord',
  name: 'Discord',
  description: 'The token of a Discord bot.',
  fields: z.strictObject({ token: secretText('Token', 1_024) }),
  secrets: ['token'],
  hosts: () => ['discord.com'],
  authenticate: ({ token }) => ({ headers: { authorization: `Bot ${token}` } }),
});

export const telegram = defineCredentialType({
  type: 'telegram',
  name: 'Telegram',
  description:
    'The token of a Telegram bot, as the BotFather gives it. It is part of the address that is called.',
  fields: z.strictObject({
    token: z
      .string()
      .regex(/^\d{1,20}:[\w-]{30,64}$/, 'must be a token like 123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11')
      .meta({ title: 'Token', format: 'password' }),
  }),
  secrets: ['token'],
  hosts: () => ['api.telegram.org'],
});

export const webhookUrl = defineCredentialType({
  type: 'webhookUrl',
  name: 'Webhook address',
  description: 'A secret address that takes messages, as Slack, Discord and Microsoft Teams give them out.',
  fields: z.strictObject({
    url: z
      .url({ protocol: /^https$/, error: 'must be an https address' })
      .max(2_048)
      .meta({ title: 'Address', format: 'password' }),
  }),
  secrets: ['url'],
  hosts: ({ url }) => [hostOf(url)],
});
