package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.util.List;

/** Checks what is answered about which nodes there are. */
public final class NodesValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        return new Answers(data).problemsOfNodes();
    }
}
