import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const body = z.object({
  events: z.array(
    z.object({
      kind: z.string(),
      alert: z.object({
        source: z.string(),
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
      }),
    }),
  ),
});

/** An alert event as it came over HTTP. */
export type ReceivedEvent = z.infer<typeof body>['events'][number];

/** A program that takes alert events by webhook, as a chat would. */
export interface WebhookReceiver {
  readonly url: string;
  /** What it was told, oldest first. */
  readonly received: readonly ReceivedEvent[];
  close(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedEvent[] = [];
  const server = createServer(async (request, response) => {
    try {
      received.push(...body.parse(JSON.parse(await text(request))).events);
      response.writeHead(204).end();
    } catch {
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/chat`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
