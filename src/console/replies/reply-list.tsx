import type { ConsoleDesk } from '../../core/console-desk.js';
import type { KeptReply } from '../../core/judged-reply.js';
import { Moment } from '../frame/moment.js';
import { outcomeWords } from './outcome-words.js';
import { verdictWords } from './verdict-words.js';

const mostAlerts = 5;

/** Some of the replies, a line each: what they were judged as and why, and what became of them. */
export function ReplyList({
  replies,
  desk,
  base,
}: {
  readonly replies: readonly KeptReply[];
  readonly desk: ConsoleDesk;
  readonly base: string;
}) {
  return (
    <section class="table" tabindex={0} aria-label="List of replies">
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">From</th>
            <th scope="col">Verdict</th>
            <th scope="col">What it says</th>
            <th scope="col">Alerts</th>
            <th scope="col">What became of it</th>
          </tr>
        </thead>
        <tbody>
          {replies.map((reply) => (
            <Row {...{ reply, desk, base }} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({
  reply,
  desk,
  base,
}: {
  readonly reply: KeptReply;
  readonly desk: ConsoleDesk;
  readonly base: string;
}) {
  const { readAt, verdict, reason, sender, evidence, firstLine, subject, automatic, question } = reply;
  const { words, tone } = verdictWords[verdict];
  return (
    <tr>
      <td>
        <Moment at={readAt} desk={desk} />
      </td>
      <th scope="row">
        {sender ?? <span class="soft">nobody by name</span>}
        {evidence !== undefined && <div class="soft">{evidence}</div>}
      </th>
      <td>
        <span class={`badge ${tone}`}>{words}</span>
        <div>{reason}</div>
        {automatic !== undefined && !reason.includes(automatic) && (
          <div class="soft">sent by software: {automatic}</div>
        )}
      </td>
      <td>
        {firstLine !== undefined && <div>“{firstLine}”</div>}
        {subject !== undefined && <div class="soft">to: {subject}</div>}
      </td>
      <td>
        <Alerts {...{ reply, desk, base }} />
      </td>
      <td>
        {outcomeWords(reply)}
        {reply.expiresAt && (
          <div class="soft">
            until <Moment at={reply.expiresAt} desk={desk} />
          </div>
        )}
        {question !== undefined && <div class="text soft">“{question}”</div>}
      </td>
    </tr>
  );
}

function Alerts({
  reply,
  desk,
  base,
}: {
  readonly reply: KeptReply;
  readonly desk: ConsoleDesk;
  readonly base: string;
}) {
  const { alertIds = [] } = reply;
  const more = alertIds.length - mostAlerts;
  return (
    <>
      {alertIds.slice(0, mostAlerts).map((id) => {
        const alert = desk.alerts.get(id);
        return (
          <div>
            <a href={`${base}/alerts/${encodeURIComponent(id)}`}>{alert ? desk.alerts.nameOf(alert) : id}</a>
          </div>
        );
      })}
      {more > 0 && <div>and {more} more</div>}
    </>
  );
}
