import { z } from 'zod';
import { defineCredentialType, secretText } from './define-credential-type.ts';

const host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9._:-]+$/, 'must be a host name or an address')
  .meta({ title: 'Host' });
const port = (usual: number) => z.int().min(1).max(65_535).default(usual).meta({ title: 'Port' });
const place = (data: { host: string; port: number }) => [
  `${data.host.includes(':') ? `[${data.host}]` : data.host}:${data.port}`,
];
const database = z.string().min(1).max(255).meta({ title: 'Database' });
const user = z.string().min(1).max(255).meta({ title: 'User' });
const tls = z
  .enum(['require', 'noVerify', 'off'])
  .default('require')
  .meta({ title: 'TLS', description: 'noVerify: encrypted, but any certificate will do.' });

export const smtp = defineCredentialType({
  type: 'smtp',
  name: 'SMTP',
  speaks: 'mail',
  description: 'A server that takes e-mail.',
  fields: z.strictObject({
    host,
    port: port(587),
    security: z
      .enum(['starttls', 'tls', 'off'])
      .default('starttls')
      .meta({ title: 'Security', description: 'tls: encrypted from the start, as on port 465.' }),
    username: z.string().max(1_024).optional().meta({ title: 'User name' }),
    password: secretText('Password').optional(),
  }),
  secrets: ['password'],
  hosts: place,
});

export const postgresql = defineCredentialType({
  type: 'postgresql',
  name: 'PostgreSQL',
  speaks: 'sql',
  description: 'A PostgreSQL database.',
  fields: z.strictObject({ host, port: port(5432), database, user, password: secretText('Password'), tls }),
  secrets: ['password'],
  hosts: place,
});

export const mysql = defineCredentialType({
  type: 'mysql',
  name: 'MySQL',
  speaks: 'sql',
  description: 'A MySQL or MariaDB database.',
  fields: z.strictObject({ host, port: port(3306), database, user, password: secretText('Password'), tls }),
  secrets: ['password'],
  hosts: place,
});
