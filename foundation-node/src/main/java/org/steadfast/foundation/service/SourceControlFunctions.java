package org.steadfast.foundation.service;

import java.util.List;
import java.util.stream.Stream;

/** Files of entities in repositories. There are no file repositories yet; the addresses Exporter and Importer do the same by download and upload. */
final class SourceControlFunctions {
    private SourceControlFunctions() {}

    static List<BuiltInService> services() {
        return Stream.of(
                        "ExportSourceControlledEntities",
                        "ExportSourceControlledEntitiesToZipFile",
                        "ImportSourceControlledEntities")
                .map(name -> BuiltInService.changing(
                        name + "(repositoryName:THINGNAME, path:STRING, name:STRING, projectName:PROJECTNAME,"
                                + " tags:TAGS) -> result:STRING",
                        SourceControlFunctions::refuse))
                .toList();
    }

    private static java.util.concurrent.CompletionStage<ServiceResult> refuse(ServiceRequest request)
            throws ServiceException {
        throw new ServiceException(
                ServiceException.Kind.NOT_IMPLEMENTED,
                "Unable to Invoke Service " + request.service() + " on " + request.entity()
                        + " : there are no file repositories; GET Exporter?forSourceControl=true gives the files as a zip"
                        + " archive, POST Importer takes it");
    }
}
