import { AWS } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const imageGeneration = defineTemplate({
  id: 'image-generation',
  name: 'Generate an image',
  description:
    'Makes a picture from a description with an image model, keeps it in S3, and answers with a link that is good for a day.',
  category: 'AI',
  tags: ['image', 'picture', 'ai', 'generate', 's3', 'link'],
  nodes: {
    wish: {
      name: 'A description arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', respond: 'respondNode' },
    },
    draw: {
      name: 'Make the picture',
      type: 'ai.image',
      parameters: { prompt: '{{ $json.body.description }}', width: 1024, height: 1024 },
      retry: { maxAttempts: 3 },
    },
    keep: {
      name: 'Keep it',
      type: 'aws.s3',
      parameters: {
        operation: 'put',
        bucket: 'pictures',
        key: '{{ $slugify($trigger.json.body.description) }}-{{ $execution.id }}.png',
      },
    },
    link: {
      name: 'Make a link',
      type: 'aws.s3',
      parameters: {
        operation: 'presign',
        bucket: '{{ $json.bucket }}',
        key: '{{ $json.key }}',
        expiresInSeconds: 86400,
      },
    },
    answer: {
      name: 'Answer',
      type: 'flow.respond',
      parameters: { status: 201, body: { url: '{{ $json.url }}' } },
    },
  },
  edges: ['wish -> draw', 'draw -> keep', 'keep -> link', 'link -> answer'],
  credentials: {
    keep: { types: AWS, purpose: 'Writes to the bucket.' },
    link: { types: AWS, purpose: 'Signs the link.' },
  },
  values: { 'draw.model': 'The model that draws.', 'keep.bucket': 'The bucket of pictures.' },
  sample: [{ body: { description: 'A heron in a garden' } }],
});
