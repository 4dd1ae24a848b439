package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;

/** Looks at all answers together once more, when nothing is asked any longer and nothing is written yet. */
public final class StartValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        Answers answers = new Answers(data);
        answers.forgetOtherWays();
        List<String> problems = answers.problemsOfWays();
        problems.addAll(answers.problemsOfFolders());
        return problems.isEmpty() && !answers.isExistingCluster()
                ? answers.problems(EnumSet.allOf(Subject.class))
                : problems;
    }
}
