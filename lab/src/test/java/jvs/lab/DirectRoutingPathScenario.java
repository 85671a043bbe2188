package jvs.lab;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Direct routing in both address families. */
@ParameterizedClass(name = "{0}")
@EnumSource(Family.class)
final class DirectRoutingPathScenario implements PathContract {
  @RegisterExtension static final LabExtension LAB = LabExtension.parameterised();

  @Parameter Family family;

  @BeforeParameterizedClassInvocation
  static void open(Family family) {
    LAB.open(transcript -> RoutedLab.directRouting(transcript, family));
  }

  @Override
  public LabExtension lab() {
    return LAB;
  }
}
