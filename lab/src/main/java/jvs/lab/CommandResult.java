package jvs.lab;

import java.util.List;

/**
 * A command that has run to its end.
 *
 * @param command the argument list
 * @param status exit status; 128 + signal if a signal ended it
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record CommandResult(List<String> command, int status, String out, String err) {
  /** Copies the list. */
  public CommandResult {
    command = List.copyOf(command);
  }

  /** Whether the exit status is 0. */
  public boolean isSuccess() {
    return status == 0;
  }

  /** Itself, if the exit status is 0. */
  public CommandResult orThrow() {
    if (!isSuccess()) {
      throw new LabException(toString());
    }
    return this;
  }

  @Override
  public String toString() {
    return String.join(" ", command) + ": exit status " + status + "\n" + out + err;
  }
}
