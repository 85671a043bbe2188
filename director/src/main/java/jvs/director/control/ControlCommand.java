package jvs.director.control;

import java.util.List;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.MarkRule;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A change as a value: the changing commands of {@link IpvsControl}, one record each.
 *
 * <p>So that changes can be sent, read, listed and applied many at once.
 */
public sealed interface ControlCommand {
  /** Does it; refusals as those of the method it calls. */
  void applyTo(IpvsControl control);

  /** Adds a service. */
  record NewService(ServiceKey service, ServiceSpec settings) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.newService(service, settings);
    }
  }

  /** Changes a service; all settings are replaced. */
  record SetService(ServiceKey service, ServiceSpec settings) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.setService(service, settings);
    }
  }

  /** Deletes a service. */
  record DeleteService(ServiceKey service) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.deleteService(service);
    }
  }

  /** Adds a real server to a service. */
  record NewServer(ServiceKey service, ServerKey server, ServerSpec settings)
      implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.newServer(service, server, settings);
    }
  }

  /** Changes a real server; all settings are replaced. */
  record SetServer(ServiceKey service, ServerKey server, ServerSpec settings)
      implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.setServer(service, server, settings);
    }
  }

  /** Deletes a real server. */
  record DeleteServer(ServiceKey service, ServerKey server) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.deleteServer(service, server);
    }
  }

  /** Adds a rule for marks. */
  record NewMark(MarkRule rule) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.newMark(rule);
    }
  }

  /** Deletes a rule for marks. */
  record DeleteMark(MarkRule rule) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.deleteMark(rule);
    }
  }

  /** Replaces all rules for marks. */
  record SetMarks(List<MarkRule> rules) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.setMarks(rules);
    }
  }

  /** Adds a local address to a FULLNAT service. */
  record NewLocalAddress(ServiceKey service, IpAddress address) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.newLocalAddress(service, address);
    }
  }

  /** Takes a local address from a FULLNAT service. */
  record DeleteLocalAddress(ServiceKey service, IpAddress address) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.deleteLocalAddress(service, address);
    }
  }

  /** Starts a synchronisation daemon. */
  record NewDaemon(DaemonSpec daemon) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.newDaemon(daemon);
    }
  }

  /** Stops a synchronisation daemon. */
  record DeleteDaemon(boolean isMaster) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.deleteDaemon(isMaster);
    }
  }

  /** Sets the timeouts; 0 keeps one. */
  record SetTimeouts(Timeouts timeouts) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.setTimeouts(timeouts);
    }
  }

  /** Sets a setting of net.ipv4.vs. */
  record SetSysctl(String name, String value) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.setSysctl(name, value);
    }
  }

  /** Zeroes the counters of a service, or all of them if it is null. */
  record Zero(@Nullable ServiceKey service) implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.zero(service);
    }
  }

  /** Deletes all services. */
  record Flush() implements ControlCommand {
    @Override
    public void applyTo(IpvsControl control) {
      control.flush();
    }
  }
}
