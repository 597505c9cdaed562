import { defineTemplate } from '../define-template.ts';

export const translation = defineTemplate({
  id: 'translation',
  name: 'Translate into several languages',
  description:
    'Takes a text, lets a language model translate it into each language of a list, and answers with all translations.',
  category: 'AI',
  tags: ['translation', 'ai', 'languages', 'text', 'localisation'],
  nodes: {
    text: {
      name: 'A text arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', respond: 'lastNode' },
    },
    languages: {
      name: 'Each language',
      type: 'data.splitOut',
      parameters: {
        field: 'body.languages',
        destination: 'language',
        keep: 'selected',
        selected: ['body.text'],
      },
    },
    translate: {
      name: 'Translate',
      type: 'ai.prompt',
      parameters: {
        system: 'You translate. Answer with the translation alone, and keep names and formatting.',
        prompt: 'Into {{ $json.language }}:\n{{ $json.body.text }}',
        temperature: 0,
        destination: 'text',
      },
      retry: { maxAttempts: 3 },
    },
    fields: {
      name: 'Language and text',
      type: 'data.set',
      parameters: { keep: 'selected', selected: ['language', 'text'] },
    },
    all: { name: 'All together', type: 'data.aggregate', parameters: { destination: 'translations' } },
  },
  edges: ['text -> languages', 'languages -> translate', 'translate -> fields', 'fields -> all'],
  values: { 'translate.model': 'The model that translates.' },
  sample: [{ body: { text: 'Good morning', languages: ['French', 'Portuguese'] } }],
});
