package jvs.lab;

import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips scenarios, with the reason, where a lab cannot run. */
final class LabCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing = Requirements.missing("ethtool");
    return missing.isPresent()
        ? ConditionEvaluationResult.disabled(missing.get())
        : ConditionEvaluationResult.enabled("root, and all programs are there");
  }
}
