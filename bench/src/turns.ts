/**
 * What `measure` makes of each of `ways`, a figure a round. The ways take turns, so that all meet the same machine; a first
 * round, which warms up, is left out.
 */
export async function inTurns<Way>(
  rounds: number,
  ways: readonly Way[],
  measure: (way: Way) => number | Promise<number>,
): Promise<readonly (readonly number[])[]> {
  const figures = ways.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, way] of ways.entries()) {
      const figure = await measure(way);
      if (round > 0) figures[index]?.push(figure);
    }
  }
  return figures;
}
