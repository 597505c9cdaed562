import { API } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const meetingTasks = defineTemplate({
  id: 'meeting-tasks',
  name: 'Tasks from meeting notes',
  description:
    'A language model reads the notes of a meeting and finds who promised what until when; each becomes a task in your task manager.',
  category: 'AI',
  tags: ['meeting', 'notes', 'tasks', 'todo', 'ai', 'extraction', 'minutes'],
  nodes: {
    notes: { name: 'Notes arrive', type: 'trigger.webhook', parameters: { method: 'POST' } },
    find: {
      name: 'Find the tasks',
      type: 'ai.extract',
      parameters: {
        text: '{{ $json.body.notes }}',
        instructions: 'Only what somebody has taken on. Dates are yyyy-MM-dd.',
        destination: 'found',
        schema: {
          type: 'object',
          properties: {
            tasks: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  title: { type: 'string' },
                  person: { type: 'string' },
                  due: { type: 'string' },
                },
                required: ['title', 'person'],
              },
            },
          },
          required: ['tasks'],
        },
      },
      retry: { maxAttempts: 3 },
    },
    each: { name: 'Each task', type: 'data.splitOut', parameters: { field: 'found.tasks' } },
    make: {
      name: 'Make the task',
      type: 'http.request',
      parameters: {
        method: 'POST',
        url: 'https://tasks.example.com/api/tasks',
        body: {
          kind: 'json',
          value: { title: '{{ $json.title }}', assignee: '{{ $json.person }}', due: '{{ $json.due }}' },
        },
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['notes -> find', 'find -> each', 'each -> make'],
  credentials: { make: { types: API, purpose: 'Makes tasks.' } },
  values: { 'find.model': 'The model that reads.', 'make.url': 'Where tasks are made.' },
  sample: [{ body: { notes: 'Ada sends the offer until Friday, 6 March 2026. Bob orders cups.' } }],
});
