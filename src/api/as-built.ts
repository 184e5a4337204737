/**
 * For routes whose answers are built member by member, as their schema has them: there is nothing to leave out, and
 * JSON.stringify is three times as quick with long records as a serializer made from unions.
 */
export const serializerCompiler = () => (answer: unknown) => JSON.stringify(answer);
