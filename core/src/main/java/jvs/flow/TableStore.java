package jvs.flow;

/** Where the tables of a director get their memory. */
@FunctionalInterface
public interface TableStore {
  /** Tables end with their process. */
  TableStore ANONYMOUS =
      (name, capacity, labelBytes) -> TableMemory.anonymous(capacity, labelBytes);

  /**
   * Memory for the table of this name, as its predecessor left it if there was one.
   *
   * @param name tells the tables of a director apart
   * @param capacity most connections, 1..2^26
   * @param labelBytes room for something of the user's beside each connection
   */
  TableMemory open(String name, int capacity, int labelBytes);
}
