import { API } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const documentQuestions = defineTemplate({
  id: 'document-questions',
  name: 'Questions about a document',
  description:
    'Answers questions from a page of your documentation: reads the page, gives it to a language model as its only source, and says so when the answer is not in it.',
  category: 'AI',
  tags: ['ai', 'document', 'question', 'knowledge', 'faq', 'webhook'],
  nodes: {
    question: {
      name: 'A question arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', respond: 'respondNode' },
    },
    page: {
      name: 'Read the page',
      type: 'http.request',
      parameters: { url: 'https://docs.example.com/handbook.html', response: 'text', fullResponse: true },
      retry: { maxAttempts: 3 },
    },
    text: {
      name: 'As plain Markdown',
      type: 'text.markdown',
      parameters: { operation: 'fromHtml', value: '{{ $json.body }}', destination: 'text' },
    },
    ask: {
      name: 'Ask the model',
      type: 'ai.prompt',
      parameters: {
        system:
          'Answer from the document alone, and name the section. Say “I do not know” when it is not in there.\n\nDocument:\n{{ $json.text }}',
        prompt: '{{ $trigger.json.body.question }}',
        temperature: 0,
        cachePrompt: true,
      },
      retry: { maxAttempts: 3 },
    },
    answer: { name: 'Answer', type: 'flow.respond', parameters: { body: { answer: '{{ $json.answer }}' } } },
  },
  edges: ['question -> page', 'page -> text', 'text -> ask', 'ask -> answer'],
  credentials: { page: { types: API, purpose: 'Reads the page, if it is not public.' } },
  values: { 'page.url': 'The document.', 'ask.model': 'The model that answers.' },
  sample: [{ body: { question: 'How many days of holiday are there?' } }],
});
