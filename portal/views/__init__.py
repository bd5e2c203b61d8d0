from portal.views.help import About, HelpIndex, HelpProblem, HelpTopic
from portal.views.home import Home
from portal.views.results import ResultExport, ResultList
from portal.views.workbench import Workbench

__all__ = [
    "About",
    "HelpIndex",
    "HelpProblem",
    "HelpTopic",
    "Home",
    "ResultExport",
    "ResultList",
    "Workbench",
]
