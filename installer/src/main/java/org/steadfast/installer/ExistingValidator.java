package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.steadfast.distribution.cluster.ClusterAnswers;

/** Refuses a folder without a cluster, or with one that has no nodes on this machine, or whose nodes run, or would not. */
public final class ExistingValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        Answers answers = new Answers(data);
        List<String> problems = answers.problemsOfFolders();
        return problems.isEmpty()
                ? ClusterAnswers.problemsOfMachine(
                        Path.of(answers.get(Answers.INSTANCE)).normalize())
                : problems;
    }
}
