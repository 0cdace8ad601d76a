"""The routes below /api/v1, one file per thing that operators ask about or act on."""
