/** The beginning of a text, cut between two characters; a mark says that something is left out. */
export function excerpt(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most).join("")}…`;
}
