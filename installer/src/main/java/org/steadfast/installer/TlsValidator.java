package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;

/** Checks what is answered about TLS. */
public final class TlsValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        return new Answers(data).problems(Set.of(Subject.TLS));
    }
}
