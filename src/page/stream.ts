import type { ServerResponse } from 'node:http'
import type { Clock } from '../lib/clock.ts'
import type { Feed } from './feed.ts'
import { jsonText } from './json-text.ts'
import { beatMs, type News } from './wire.ts'

/** What may wait for a slow reader, in bytes. Beyond that it is dropped; it comes back for what it missed. */
const mostWaiting = 256 * 1024

export interface StreamParts {
  readonly feed: Feed
  readonly clock: Clock
  readonly lack: () => string | undefined
  /** The number of the last news that the reader has; undefined: it has read nothing yet. */
  readonly after: string | undefined
  readonly response: ServerResponse
}

/** Server-sent events until the reader goes or is too slow. */
export function stream({ feed, clock, lack, after, response }: StreamParts): void {
  const send = (text: string): void => {
    response.write(text)
    if (response.writableLength > mostWaiting) response.destroy()
  }
  const tell = (position: string, messages: readonly News[]): void => {
    if (messages.length > 0) send(messages.map((message) => eventText(message, position)).join(''))
  }
  let cancel: (() => void) | undefined
  const beat = (): void => {
    const why = lack()
    const data = { now: clock.now(), ...(why === undefined ? {} : { lack: why }) }
    send(eventText({ type: 'beat', data }, feed.position))
    cancel = clock.after(beatMs, beat)
  }
  // Reader first: nothing can come between what was missed and what follows, since nobody waits here.
  const leave = feed.read(tell)
  response.on('close', () => {
    leave()
    cancel?.()
  })
  beat()
  if (after !== undefined) tell(feed.position, feed.since(after))
}

const eventText = ({ type, data }: News, position: string): string =>
  `event: ${type}\nid: ${position}\ndata: ${jsonText(data)}\n\n`
