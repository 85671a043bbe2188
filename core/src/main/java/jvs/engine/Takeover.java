package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.TimingWheel;

/**
 * Goes on with the connections that an earlier process left in a worker's table: at once as they
 * are, and counted at their servers as soon as those are known.
 *
 * <p>One a worker, before its first packet and then its thread.
 */
final class Takeover {
  private final ConnectionTable table;
  private final ConnectionTable templates;
  private final BackupConnections backup;
  private boolean isIncomplete;

  Takeover(ConnectionTable table, ConnectionTable templates, BackupConnections backup) {
    this.table = table;
    this.templates = templates;
    this.backup = backup;
  }

  /** Adopts what is in the table. The templates' table has adopted its own before. */
  void begin(TimingWheel wheel, long nowMillis) {
    table.adopt(unlabelled -> false);
    isIncomplete = table.size() > 0 || templates.size() > 0;
    Connection connection = new Connection(table);
    Connection control = new Connection(table);
    Connection template = new Connection(templates);
    for (int slot = 0; slot < table.highWater(); slot++) {
      if (connection.at(slot).isPresent()) {
        relate(connection, control, template);
        wheel.arm(slot, nowMillis);
      }
    }
  }

  /** Counts it at what controls it, if that is still there. */
  private void relate(Connection connection, Connection control, Connection template) {
    int slot = connection.controller();
    boolean isHere = connection.hasFlag(ConnectionFlags.CONTROLLED_HERE);
    Connection controller = isHere ? control : template;
    int highWater = (isHere ? table : templates).highWater();
    if (slot >= 0 && slot < highWater && controller.at(slot).isPresent()) {
      controller.controlled(controller.controlled() + 1);
    } else {
      connection.controller(ConnectionTable.NONE);
      connection.removeFlags(ConnectionFlags.CONTROLLED_HERE);
    }
  }

  /** Finds connections and templates their servers, as far as these are known now. */
  void servicesChanged(long nowMillis) {
    if (isIncomplete) {
      isIncomplete = !backup.bindAll(nowMillis);
    }
  }
}
