package jvs.director.ipvsadm;

import jvs.service.IpvsException.Errno;

/** What ipvsadm says to a refusal, which depends on the command. */
final class ErrorText {
  private ErrorText() {}

  static String of(Command command, Errno errno) {
    return switch (errno) {
      case ENOENT -> ofUnknownPart(command);
      case ESRCH -> ofUnknown(command);
      case EEXIST -> ofDuplicate(command);
      case ENOMEM -> "Memory allocation problem";
      case EFAULT -> "Bad address";
      case EINVAL -> "Invalid operation.  Possibly wrong module version, address not unicast, ...";
      case ERANGE -> "Numerical result out of range";
      case EAFNOSUPPORT -> "Operation not supported with specified address family";
      case EOPNOTSUPP -> "Operation not supported with IPv6";
      case EPERM -> "Permission denied (you must be root)";
      case ENODEV -> "No such device";
    };
  }

  private static String ofUnknownPart(Command command) {
    return switch (command) {
      case ADD_SERVICE, EDIT_SERVICE -> "Scheduler or persistence engine not found";
      case EDIT_SERVER, DELETE_SERVER -> "No such destination";
      case DELETE_LADDR -> "No such local address";
      default -> "No such file or directory";
    };
  }

  private static String ofUnknown(Command command) {
    return switch (command) {
      case EDIT_SERVICE, DELETE_SERVICE, ZERO, LIST, SAVE -> "No such service";
      case ADD_SERVER, EDIT_SERVER, DELETE_SERVER, ADD_LADDR, DELETE_LADDR, GET_LADDR ->
          "Service not defined";
      case STOP_DAEMON -> "No daemon is running";
      default -> "No such process";
    };
  }

  private static String ofDuplicate(Command command) {
    return switch (command) {
      case ADD_SERVICE -> "Service already exists";
      case ADD_SERVER -> "Destination already exists";
      case ADD_LADDR -> "Local address already exists";
      case START_DAEMON -> "Daemon has already run";
      default -> "File exists";
    };
  }
}
