import { API } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const semanticIndex = defineTemplate({
  id: 'semantic-index',
  name: 'Index articles for semantic search',
  description:
    'Every night reads your articles, makes an embedding of each with a model, and stores the vectors in PostgreSQL with pgvector.',
  category: 'AI',
  tags: ['embedding', 'vector', 'semantic search', 'ai', 'postgres', 'pgvector', 'knowledge'],
  nodes: {
    night: { name: 'Every night', type: 'trigger.schedule', parameters: { cron: '0 1 * * *' } },
    read: {
      name: 'Read the articles',
      type: 'http.request',
      parameters: { url: 'https://api.example.com/articles' },
      retry: { maxAttempts: 3 },
    },
    embed: {
      name: 'Make the vectors',
      type: 'ai.embed',
      parameters: { text: '{{ $json.title }}\n{{ $json.text }}' },
      retry: { maxAttempts: 3 },
    },
    store: {
      name: 'Store them',
      type: 'sql.query',
      parameters: {
        statement:
          'INSERT INTO articles (id, title, embedding) VALUES ($1, $2, $3::vector) ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title, embedding = EXCLUDED.embedding',
        values: ['{{ $json.id }}', '{{ $json.title }}', '{{ $toJson($json.embedding) }}'],
      },
    },
  },
  edges: ['night -> read', 'read -> embed', 'embed -> store'],
  credentials: {
    read: { types: API, purpose: 'Reads the articles.' },
    store: { types: ['postgresql'], purpose: 'The database with pgvector.' },
  },
  values: { 'read.url': 'Where the articles are read.', 'embed.model': 'The model that makes embeddings.' },
  sample: [{ plannedTime: '2026-03-02T01:00:00.000Z' }],
});
