import type { ConsoleDesk } from '../../core/console-desk.js';
import { ownSource } from '../../core/own-source.js';
import type { WaitingDetail } from '../../core/waiting.js';

/** What an event in the outbox tells of. */
export function WhatWords({
  detail,
  desk,
  base,
}: {
  /** Absent where it left the outbox in this moment. */
  readonly detail: WaitingDetail | undefined;
  readonly desk: ConsoleDesk;
  readonly base: string;
}) {
  if (!detail) return <span class="soft">has just left the outbox</span>;
  const { kind, alert } = detail.event;
  const name = desk.alerts.nameOf(alert);
  const isOwn = alert.source === ownSource;
  return (
    <>
      {isOwn ? name : <a href={`${base}/alerts/${encodeURIComponent(alert.id)}`}>{name}</a>}{' '}
      <span class="soft">
        {kind}
        {isOwn && ', a system error'}
      </span>
    </>
  );
}
