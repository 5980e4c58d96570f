/** What a test came to, in one line. */
export function TestEnd({ failed, stopped }: { readonly failed: number; readonly stopped: boolean }) {
  if (stopped)
    return (
      <p>
        <span class="badge warn">Not finished</span> Ackmail is being stopped. Test again when it runs.
      </p>
    );
  return failed === 0 ? (
    <p>
      <span class="badge good">✓ Everything works</span>
    </p>
  ) : (
    <p>
      <span class="badge bad">✗ {failed === 1 ? 'A step fails' : `${failed} steps fail`}</span> What to do
      stands beside each.
    </p>
  );
}
