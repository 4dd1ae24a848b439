package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.steadfast.distribution.cluster.ClusterAnswers;

/**
 * Refuses a folder without a cluster, or with one that has no nodes on this machine, or whose nodes would not run. Takes note whether they do,
 * which is from other programs than are installed now.
 */
public final class ExistingValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        Answers answers = new Answers(data);
        List<String> problems = answers.problemsOfFolders();
        if (problems.isEmpty()) {
            Path instance = Path.of(answers.get(Answers.INSTANCE)).normalize();
            problems = ClusterAnswers.problemsOfMachine(instance);
            boolean runs = problems.isEmpty() && ClusterAnswers.runsOnMachine(instance);
            data.setVariable("setup.runs", String.valueOf(runs));
        }
        return problems;
    }
}
