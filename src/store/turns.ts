/** Runs a task after all earlier tasks of the same names. */
export type InTurn = <T>(names: readonly string[], task: () => Promise<T>) => Promise<T>;

/** Keeps what is done to one name in the order in which it was asked for; different names do not wait for each other. */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<void>>();

  return (names, task) => {
    const turn = Promise.all(names.map((name) => last.get(name))).then(task);
    const end = turn.then(noop, noop);
    for (const name of names) last.set(name, end);
    void end.then(() => {
      for (const name of names) if (last.get(name) === end) last.delete(name);
    });
    return turn;
  };
}

function noop(): void {}
