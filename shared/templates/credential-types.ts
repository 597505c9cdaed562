/** The types of credentials that serve a purpose, the usual one first. */
export const SLACK = ['slack', 'webhookUrl'];
export const MAIL = ['smtp', 'aws'];
export const AWS = ['aws'];
export const API = ['bearer', 'apiKey', 'basic', 'oauth2ClientCredentials'];
